import module gradus;
import module java.base;
import gradus.*;
import gradus.nn.*;
import static gradus.Index.*;

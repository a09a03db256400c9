import module gradus;
import module java.base;

import module gradus;

void main() {
  IO.println(Gradus.describe());
}

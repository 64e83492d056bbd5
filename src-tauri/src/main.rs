fn main() {
    shoulou_shell::run()
}

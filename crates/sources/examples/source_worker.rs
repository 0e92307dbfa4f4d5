//! The smallest program whose workers can be started; tests of the worker start this one.

fn main() {
    if sources::worker::serve_if_asked() {
        return;
    }
    println!("This program only serves as a worker.");
}

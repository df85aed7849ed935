#[cogen::coroutine(fingerprint)]
fn without_a_name() -> impl cogen::Coroutine {
    yield_!();
}

#[cogen::coroutine(fingerprint = "CODE")]
fn with_a_string() -> impl cogen::Coroutine {
    yield_!();
}

fn main() {
    let _ = (without_a_name(), with_a_string());
}

//! The lamps, tick by tick.

fn line(lamps: [bool; device::LAMPS]) -> String {
    lamps.map(|on| if on { '*' } else { '.' }).iter().collect()
}

#[test]
fn they_blink_and_slow_down_when_the_button_is_pressed() {
    for _ in 0..2 {
        device::start(); // also for a second time
        let quick: Vec<_> = (0..7).map(|_| line(device::tick(false))).collect();
        assert_eq!(quick, [".**", "*.*", "..*", "**.", ".*.", "*..", "..."]);
        let bouncing =
            [true, true, false, true, true, false].map(|contact| device::tick(contact)[0]);
        assert_eq!(bouncing, [true, false, true, false, true, false]);
        let pressed: Vec<_> = (0..12).map(|_| device::tick(true)[0]).collect();
        assert_eq!(
            pressed,
            [true, false, true, true, true, true, false, false, false, false, true, true]
        );
    }
}

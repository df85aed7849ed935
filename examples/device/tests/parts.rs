//! The parts of the device, one by one, and all together as in the firmware.

use std::pin::pin;

use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
use device::{BadCommand, Command, Device, Event, Jammed};

/// Sends the arguments one by one, and collects the yielded values.
fn send_all<R, C: Coroutine<R> + Unpin>(
    mut coroutine: C,
    arguments: impl IntoIterator<Item = R>,
) -> Vec<C::Yield> {
    coroutine.start();
    let send = |argument| match coroutine.send(argument) {
        Yielded(value) => value,
        Complete(_) => panic!("it runs for ever"),
    };
    arguments.into_iter().map(send).collect()
}

#[test]
fn a_press_is_told_from_bouncing() {
    let contact = [1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1].map(|contact| contact == 1);
    let pressed = send_all(pin!(device::button()), contact).into_iter().map(u8::from);
    assert!(pressed.eq([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]));
}

#[test]
fn a_button_that_is_held_for_long_is_pressed_once() {
    let pressed = send_all(pin!(device::button()), [true; 1000]);
    assert_eq!(pressed.iter().filter(|pressed| **pressed).count(), 1);
}

#[test]
fn a_lamp_blinks_and_changes_its_period() {
    let mut periods = [None; 12];
    periods[2] = Some(3);
    periods[10] = Some(0); // as 1
    let light = send_all(pin!(device::lamp(2)), periods).into_iter().map(u8::from);
    assert!(light.eq([1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]));
}

#[test]
fn lines_are_parsed() {
    let parse = |text: &str| -> Vec<_> {
        send_all(pin!(device::commands()), text.bytes()).into_iter().flatten().collect()
    };
    assert_eq!(
        parse("lamp 2 10\nmotor 255\njam\n"),
        [
            Ok(Command::Lamp { index: 2, period: 10 }),
            Ok(Command::Motor { speed: 255 }),
            Ok(Command::Jam)
        ]
    );
    for wrong in ["", "jam ", "lamp 1", "lamp 1 2 3", "motor 256", "motor x", "motor ", "jamm"] {
        assert_eq!(parse(&format!("{wrong}\njam\n")), [Err(BadCommand), Ok(Command::Jam)]);
    }
    assert_eq!(parse(&"x".repeat(1000)), []);
    assert_eq!(parse(&format!("{}\njam\n", "1".repeat(1000))), [Err(BadCommand), Ok(Command::Jam)]);
}

#[test]
fn a_jammed_motor_rests() {
    let mut motor = pin!(device::motor());
    assert_eq!(motor.start(), Yielded(0));
    let mut run = |ticks| -> Vec<_> { (0..ticks).map(|_| motor.send(Ok(3))).collect() };
    assert_eq!(run(4), [1, 2, 3, 3].map(Yielded));
    assert_eq!(motor.throw(Jammed), Yielded(0));
    assert_eq!(motor.send(Ok(3)), Yielded(0));
    assert_eq!(motor.throw(Jammed), Yielded(0)); // the rest begins again
    let mut run = |ticks| -> Vec<_> { (0..ticks).map(|_| motor.send(Ok(3))).collect() };
    assert_eq!(run(5), [0, 0, 0, 1, 2].map(Yielded));
}

#[test]
fn a_message_is_sent_in_morse_code() {
    let mut message = Box::pin(device::message("SO")).iterate();
    let light: String = message.by_ref().map(|on| if on { '*' } else { '.' }).collect();
    assert_eq!(light, "*.*.*...***.***.***...");
    assert_eq!(message.into_return(), Some(12));
}

#[test]
fn the_device_does_what_the_firmware_prints() {
    let mut world = pin!(device::world());
    let (button, commands) = (pin!(device::button()), pin!(device::commands()));
    let lamps = pin!([device::lamp(1), device::lamp(2), device::lamp(3)]);
    let (motor, message) = (pin!(device::motor()), pin!(device::message("SOS")));
    let mut device = Device::start(lamps, button, commands, motor, message);
    let mut output = String::new();
    loop {
        let Yielded(event) = world.send(());
        device.handle(event, &mut output).unwrap();
        if event == Event::End {
            break;
        }
    }
    // The firmware continues with the tasks.
    let printed = include_str!("../expected.txt");
    let lines = printed.split_inclusive('\n').filter(|line| !line.starts_with("reading"));
    assert_eq!(output, lines.collect::<String>());
}

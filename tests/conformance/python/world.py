"""What the generated programs have an effect on, and the errors that they raise: the twin of the crate in `runtime/`."""

import inspect

# How many calls and turns of loops a program gets, as in `runtime/src/world.rs`.
FUEL = 400


class Thrown(Exception):
    def __init__(self, value):
        super().__init__(value)
        self.value = value

    def __str__(self):
        return f"{type(self).__name__} {self.value}"


class Handled(Thrown):
    pass


class Unhandled(Thrown):
    pass


def status(generator):
    return inspect.getgeneratorstate(generator).removeprefix("GEN_").lower()


def ended(value):
    """A generator with nothing but a return value."""
    yield from ()
    return value


class World:
    def __init__(self):
        self.entries = []
        self.fuel = FUEL
        self.throwing = False  # whether an error is on its way in, from outside
        self.me = None  # a weak reference to the outermost generator

    def log(self, entry):
        self.entries.append(entry)

    def take_log(self):
        entries, self.entries = self.entries, []
        return entries

    def tick(self):
        has_fuel = self.fuel > 0
        self.fuel = max(self.fuel - 1, 0)
        return has_fuel

    def guard(self, entry):
        return Guard(self, entry)

    def started(self, generator):
        """The generator, after its first yield, for `yield from`."""
        try:
            self.log(f"started {next(generator)}")
        except StopIteration as stop:
            return ended(stop.value)
        return generator

    def touch(self, kind):
        """The running generator uses itself. `touch.rs` says why it throws nothing while an error is on its way in."""
        if kind == "throw" and self.throwing:
            kind = "status"
        me = self.me()
        ways = {"send": lambda: me.send(7), "throw": lambda: me.throw(Handled(7)), "start": lambda: next(me), "close": me.close}
        if kind == "status":
            outcome = status(me)
        else:
            try:
                ways[kind]()
                outcome = "accepted"
            except ValueError as error:
                outcome = "value-error" if str(error) == "generator already executing" else str(error)
        self.log(f"touch-{kind} {outcome}")


class Guard:
    def __init__(self, world, entry):
        self.world = world
        self.entry = entry

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.world.log(self.entry)

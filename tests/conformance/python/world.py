"""The side effects of the generated programs, and the errors that they raise: the counterpart of the crate in `runtime/`."""

import inspect

# The number of calls and turns of loops that a program may run, as in `runtime/src/world.rs`.
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
        self.throwing = False  # whether an error is being thrown in from outside
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
        """Returns the generator, after its first yield, for `yield from`."""
        try:
            self.log(f"started {next(generator)}")
        except StopIteration as stop:
            return ended(stop.value)
        return generator

    def kept(self, generator):
        return Kept(generator)

    def advance(self, generator, value, error=None):
        """Starts a generator, sends to it or throws into it, depending on its status."""
        where = status(generator)
        try:
            if where == "created":
                outcome = f"yielded {next(generator)}"
            elif where == "closed":
                outcome = "closed"
            elif error is not None:
                outcome = f"yielded {generator.throw(error)}"
            else:
                outcome = f"yielded {generator.send(value)}"
        except StopIteration as stop:
            outcome = f"returned {stop.value}"
        except Thrown as thrown:
            outcome = f"let out {thrown}"
        self.log(f"kept {outcome}")

    def touch(self, kind):
        """Lets the running generator use itself. `touch.rs` explains why it doesn't throw while an error is being thrown in."""
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


IGNORED = "generator ignored GeneratorExit"


def close_at_last(generator):
    """Closes a generator until its body no longer ignores that. Returns how often the body ignored it."""
    ignored = 0
    while True:
        try:
            generator.close()
        except RuntimeError as error:
            if str(error) != IGNORED:
                raise
            ignored += 1
        else:
            return ignored


class Kept:
    """Closes a generator at the end of a `with`, as Rust drops a value at the end of its scope."""

    def __init__(self, generator):
        self.generator = generator

    def __enter__(self):
        return self.generator

    def __exit__(self, *_):
        close_at_last(self.generator)


class Guard:
    def __init__(self, world, entry):
        self.world = world
        self.entry = entry

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.world.log(self.entry)

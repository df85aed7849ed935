"""Runs sequences of operations on generators, and writes the traces as the generated Rust programs do.

    python3 drive.py PROGRAMS SEQUENCES

The traces contain CPython's behaviour. `src/difference.rs` contains the differences of cogen, which need two additions here. Where
Python continues and cogen refuses the operation, the outcome is `went-on`. Then the generator is created again, and the operations
before this one are repeated, so that the following operations can be compared. A `close` that the body has ignored is repeated
until the generator is closed.
"""

import importlib.util
import sys
import weakref

from world import IGNORED, Handled, Thrown, Unhandled, World, close_at_last, status

CAN_NOT_START = "can't send non-None value to a just-started generator"


def load(path):
    spec = importlib.util.spec_from_file_location("programs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PROGRAMS


def silent(unraisable):
    """Ignores the error of a generator that the body has released: it is invisible, and belongs to no operation."""


class Driver:
    def __init__(self, family, make):
        self.family = family
        self.make = make
        self.unraisable = []
        self.generator = None
        sys.unraisablehook = silent
        self.begin()

    def begin(self):
        self.release()
        self.effective = []  # the operations that led to the generator's current state
        self.world = World()
        self.generator = self.make(self.world)
        self.world.me = weakref.ref(self.generator)

    def release(self):
        sys.unraisablehook = lambda unraisable: self.unraisable.append(str(unraisable.exc_value))
        self.generator = None
        sys.unraisablehook = silent
        unraisable, self.unraisable = self.unraisable, []
        return unraisable

    def bring_back(self):
        operations = self.effective
        self.begin()
        for operation in operations:
            self.perform(operation)
        self.world.take_log()

    def step(self, operation):
        outcome = self.perform(operation)
        where = "gone" if self.generator is None else status(self.generator)
        return f"{outcome}|{where}|{','.join(self.world.take_log())}"

    def perform(self, operation):
        name, _, number = operation.partition(":")
        number = int(number or 0)
        if self.cogen_refuses(name):
            try:
                next(self.generator)
            except (StopIteration, Thrown, TypeError):
                pass  # a `TypeError` comes from a body that was sent nothing and expected a number
            self.bring_back()
            return "went-on"
        self.effective.append(operation)
        self.world.throwing = name in ("handled", "unhandled")
        return getattr(self, name)(number)

    def cogen_refuses(self, name):
        """Returns whether this resumes the generator with one argument too few or too many for cogen."""
        where = status(self.generator)
        if name in ("start", "drive"):
            return self.family != "Nothing" and where == "suspended"
        return name == "send" and self.family == "Signals" and where == "created"

    def resume(self, call):
        try:
            return f"yielded {call()}"
        except StopIteration as stop:
            return "stopped" if stop.value is None else f"returned {stop.value}"
        except Thrown as error:
            return f"raised {error}"
        except TypeError as error:
            if str(error) != CAN_NOT_START:
                raise
            return "type-error"

    def argument(self, number):
        return number if self.family == "Numbers" else None

    def start(self, _):
        return self.resume(lambda: next(self.generator))

    def send(self, number):
        return self.resume(lambda: self.generator.send(self.argument(number)))

    def handled(self, number):
        return self.resume(lambda: self.generator.throw(Handled(number)))

    def unhandled(self, number):
        return self.resume(lambda: self.generator.throw(Unhandled(number)))

    def close(self, _):
        ignored = close_at_last(self.generator)
        return f"ignored {ignored}" if ignored else "closed"

    def status(self, _):
        return status(self.generator)

    def iterate(self, limit):
        values = []
        end = "paused"
        while len(values) < limit:
            outcome = self.start(0)
            kind, _, value = outcome.partition(" ")
            if kind != "yielded":
                end = "nothing" if kind == "stopped" else outcome
                break
            values.append(int(value))
        # A generator that was closed before has no further values.
        if end == "paused" and not values and status(self.generator) == "closed":
            end = "nothing"
        return f"gave {values} {end}"

    def drive(self, number):
        values = []
        outcome = self.start(0)
        if outcome == "stopped":
            return outcome
        while outcome.startswith("yielded "):
            values.append(int(outcome.removeprefix("yielded ")))
            outcome = self.send(number)
        return f"gave {values} {outcome}"

    def drop(self, _):
        operations = self.effective[:-1]
        unraisable = self.release()
        if not unraisable:
            return "dropped"
        assert set(unraisable) == {IGNORED}, unraisable
        # Runs the code that Python has left out: the code that closing the generator runs.
        self.effective = operations
        self.bring_back()
        close_at_last(self.generator)
        self.release()
        return "dropped unraisable"


def main(programs_path, sequences_path):
    programs = load(programs_path)
    with open(sequences_path) as sequences:
        for line in sequences:
            number, *operations = line.split()
            driver = Driver(*programs[int(number)])
            print("\t".join(driver.step(operation) for operation in operations), flush=True)


main(*sys.argv[1:])

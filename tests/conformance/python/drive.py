"""Drives the programs of a file through the sequences of another one, and prints what came of each operation:
the outcome, what was logged, and the state afterwards, separated by bars."""

import inspect
import sys

LOG = []
PROGRAMS = []
CURRENT = None
UNRAISABLE = []


class Handled(Exception):
    def __init__(self, number):
        self.number = number


class Unhandled(Exception):
    def __init__(self, number):
        self.number = number


def log(number):
    LOG.append(str(number))


def touch_status():
    LOG.append(inspect.getgeneratorstate(CURRENT))


def touch_send():
    try:
        CURRENT.send(None)
    except ValueError:
        LOG.append("send:ValueError")


def touch_close():
    try:
        CURRENT.close()
    except ValueError:
        LOG.append("close:ValueError")


def attempt(resume):
    try:
        return f"yielded {resume()}"
    except StopIteration as stop:
        return "StopIteration" if stop.value is None else f"returned {stop.value}"
    except Handled as error:
        return f"raised handled {error.number}"
    except Unhandled as error:
        return f"raised unhandled {error.number}"
    except (TypeError, RuntimeError) as error:
        return type(error).__name__


def iterate(items):
    global CURRENT
    taken = []
    try:
        if items > 0:
            for item in CURRENT:
                taken.append(str(item))
                if len(taken) == items:
                    return " ".join(["items", *taken])
    except Handled as error:
        taken.append(f"raised handled {error.number}")
    except Unhandled as error:
        taken.append(f"raised unhandled {error.number}")
    else:
        taken.append("ended" if items > 0 else "")
    return " ".join(["items", *taken]).strip()


def apply(operation, family):
    global CURRENT
    name, _, number = operation.partition(":")
    state = inspect.getgeneratorstate(CURRENT)
    if name == "start":
        if family != "nothing" and state == inspect.GEN_SUSPENDED:
            return "would send None"
        return attempt(lambda: next(CURRENT))
    if name == "send":
        if family == "errors" and state == inspect.GEN_CREATED:
            return "would start"
        return attempt(lambda: CURRENT.send(int(number) if family == "numbers" else None))
    if name == "throw-handled":
        return attempt(lambda: CURRENT.throw(Handled(int(number))))
    if name == "throw-unhandled":
        return attempt(lambda: CURRENT.throw(Unhandled(int(number))))
    if name == "close":
        return attempt(lambda: CURRENT.close()).replace("yielded None", "closed")
    if name == "status":
        return state
    if name == "iterate":
        return iterate(int(number))
    assert name == "drop", operation
    CURRENT = None
    return "RuntimeError" if UNRAISABLE else "dropped"


def main(programs, sequences):
    global CURRENT
    sys.unraisablehook = UNRAISABLE.append
    exec(compile(open(programs).read(), programs, "exec"), globals())
    out = []
    for line in open(sequences):
        number, *operations = line.split()
        function, family = PROGRAMS[int(number)]
        CURRENT = function(2, 7)
        for operation in operations:
            outcome = apply(operation, family)
            state = "gone" if CURRENT is None else inspect.getgeneratorstate(CURRENT)
            out.append(f"{outcome}|{' '.join(LOG)}|{state}\n")
            LOG.clear()
        CURRENT = None
        LOG.clear()
        UNRAISABLE.clear()
        out.append("\n")
    sys.stdout.write("".join(out))


main(sys.argv[1], sys.argv[2])

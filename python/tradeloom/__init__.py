"""tradeloom: cross-border trade, customs and tax, order by order, from Python.

    import tradeloom
    tradeloom.quote({"date": "2025-11-11", "from": "NZ", "to": "CN", "currency": "CNY",
                     "lines": [{"sku": "infant-formula", "quantity": "2", "unit_price": "240.00"}]})
    tradeloom.run("milk-powder", limit=1000)["margin"]

Answers are dicts; amounts are decimal strings, as the program prints them. With pandas, frame() and charges() make
tables of them. The functions of this module share one Engine a thread; an Engine of your own can have data of your own.
It needs libtradeloom (no compiler): $TRADELOOM_LIBRARY, else where the system's linker finds it.
"""
import ctypes
import ctypes.util
import json
import os
import threading

__all__ = ["Engine", "TradeloomError", "charges", "compare", "drawback", "explain", "forms", "frame", "modes", "quote",
           "rules", "run", "scenarios", "version"]


class TradeloomError(Exception):
    """What was wrong with a request: `code`, `message`, and all that is told of each error in `errors`."""

    def __init__(self, answer):
        self.errors = [answer["error"], *answer.get("more", [])]
        first = self.errors[0]
        self.code, self.message = first["code"], first["message"]
        place = first.get("pointer") or first.get("file") or ""
        super().__init__(": ".join(filter(None, [self.code, place, self.message, first.get("help")])))


def _load():
    path = os.environ.get("TRADELOOM_LIBRARY") or ctypes.util.find_library("tradeloom") or "libtradeloom.so.1"
    library = ctypes.CDLL(path)
    library.tradeloom_create.restype = ctypes.c_void_p
    library.tradeloom_create.argtypes = [ctypes.c_char_p]
    library.tradeloom_destroy.restype = None
    library.tradeloom_destroy.argtypes = [ctypes.c_void_p]
    library.tradeloom_call.restype = ctypes.c_void_p
    library.tradeloom_call.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    library.tradeloom_free.restype = None
    library.tradeloom_free.argtypes = [ctypes.c_void_p]
    library.tradeloom_error.restype = ctypes.c_char_p
    library.tradeloom_error.argtypes = [ctypes.c_void_p]
    library.tradeloom_stop.restype = None
    library.tradeloom_stop.argtypes = [ctypes.c_void_p]
    library.tradeloom_version.restype = ctypes.c_char_p
    library.tradeloom_version.argtypes = []
    return library


_library = _load()
version = _library.tradeloom_version().decode()


class Engine:
    """The engine with its data. One thread at a time; threads have engines of their own.

    data: a folder with rules/ and catalog/ of your own, laid over the built-in data.
    """

    def __init__(self, data=None):
        self._handle = None
        self._handle = _library.tradeloom_create(None if data is None else os.fsencode(data))
        if not self._handle:
            raise MemoryError("tradeloom")
        error = _library.tradeloom_error(self._handle)
        if error:
            self.close()
            raise TradeloomError(json.loads(error))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        self.close()

    def close(self):
        handle, self._handle = self._handle, None
        if handle:
            _library.tradeloom_destroy(handle)

    def stop(self):
        """From another thread: the run at work ends with the error `busy`. Not while another closes it."""
        if self._handle:
            _library.tradeloom_stop(self._handle)

    def call(self, verb, request):
        """The answer to any verb, errors too, as it comes."""
        if not self._handle:
            raise ValueError("this engine is closed")
        answer = _library.tradeloom_call(self._handle, verb.encode(), json.dumps(request).encode())
        if not answer:
            raise RuntimeError(_library.tradeloom_error(self._handle).decode())
        try:
            return json.loads(ctypes.string_at(answer))
        finally:
            _library.tradeloom_free(answer)

    def _ask(self, verb, request):
        answer = self.call(verb, request)
        if isinstance(answer, dict) and answer.get("status") == "error":
            raise TradeloomError(answer)
        return answer

    def quote(self, order):
        """What an order owes and why. A list of orders gives a list, in which each answer tells of its own error."""
        return self._ask("quote", order)

    def forms(self, order):
        """The order declared in each form, side by side."""
        return self._ask("forms", order)["forms"]

    def modes(self, order):
        """By which modes of supervision the order may leave its country, and why the others are closed."""
        return self._ask("forms", order).get("modes", [])

    def explain(self, order, lang="en"):
        """The answer for a person, as text; lang: en or zh."""
        return self._ask("explain", order)[lang]

    def drawback(self, export):
        """What an export earns back."""
        return self._ask("drawback", export)

    def run(self, scenario, **options):
        """Simulates; the summary. scenario: the name of a built-in one, or a dict. Options: seed, replications, limit,
        until, as_of, set={"path": value}, reform={...}, orders="text of a CSV file", map="name=column,..."."""
        return self._ask("run", {"scenario": scenario, **options})

    def compare(self, scenario, reforms, **options):
        """The scenario under the law as it is and under each of reforms={"name": {...}}, on the same random numbers.
        Options: as for run, and modes=["static", "dynamic"], warm_up_days."""
        return self._ask("compare", {"scenario": scenario, "reforms": reforms, **options})

    def rules(self, id=None, **options):
        """The list of packs, or one with its values and steps. Options: place="GB", on="2026-01-01"."""
        answer = self._ask("rules", {**({"id": id} if id else {}), **options})
        return answer if id else answer["packs"]

    def scenarios(self, id=None):
        """The list of built-in scenarios, or one as it is written."""
        return self._ask("scenarios", {"id": id}) if id else self._ask("scenarios", {})["scenarios"]


_of_thread = threading.local()


def _engine():
    if not hasattr(_of_thread, "engine"):
        _of_thread.engine = Engine()
    return _of_thread.engine


def quote(order):
    return _engine().quote(order)


def forms(order):
    return _engine().forms(order)


def modes(order):
    return _engine().modes(order)


def explain(order, lang="en"):
    return _engine().explain(order, lang)


def drawback(export):
    return _engine().drawback(export)


def run(scenario, **options):
    return _engine().run(scenario, **options)


def compare(scenario, reforms, **options):
    return _engine().compare(scenario, reforms, **options)


def rules(id=None, **options):
    return _engine().rules(id, **options)


def scenarios(id=None):
    return _engine().scenarios(id)


for _name in ("quote", "forms", "explain", "drawback", "run", "compare", "rules", "scenarios"):
    globals()[_name].__doc__ = getattr(Engine, _name).__doc__


# ---- tables ----

def _flat(value, prefix=""):
    for name, item in value.items():
        if isinstance(item, dict):
            yield from _flat(item, f"{prefix}{name}.")
        elif not isinstance(item, list):
            yield prefix + name, item


def _table(rows):
    import pandas
    table = pandas.DataFrame(rows)
    for name in table.columns:
        try:
            table[name] = pandas.to_numeric(table[name])
        except (ValueError, TypeError):
            pass
    return table


def frame(answer):
    """A pandas table with amounts as numbers: a quote or a list of them, a row each; a run, a row for each of its nine
    nodes; a comparison, a row for each figure of each reform and mode; a list of dicts, a row each."""
    if isinstance(answer, dict) and "reforms" in answer:
        answer = [{"reform": law["id"], "mode": mode, **figure} for law in answer["reforms"]
                  for mode in ("static", "dynamic") for figure in law.get(mode, {}).get("figures", [])]
    elif isinstance(answer, dict):
        answer = answer.get("matrix", [answer])
    return _table([dict(_flat(item)) for item in answer])


def charges(answer):
    """A pandas table of the charges of a quote, or of a list of quotes."""
    answers = [answer] if isinstance(answer, dict) else answer
    return _table([{"id": one.get("id"), **dict(_flat(charge))}
                   for one in answers for charge in one.get("charges", [])])

/**
 * Python runs a module of this name at its start, if its folder is in PYTHONPATH. This one points libraries to the bundle that read
 * no variable: those with certifi's roots, and two that contain a fixed path. It never fails, and it then runs the module of the
 * same name that it hides. Written for every Python 3; an older one ignores it.
 */
export const pythonStart = String.raw`# Written by everyhop: the bundle for libraries that read no variable. Then the sitecustomize that this file hides.
import sys


def everyhop():
    import os

    here = os.path.dirname(os.path.abspath(__file__))
    bundle = os.path.join(os.path.dirname(here), "full.pem")

    def certifi(module):
        def where():
            return bundle

        def contents():
            with open(bundle, encoding="ascii") as file:
                return file.read()

        module.where = where
        module.contents = contents

    def pycurl(module):
        base = module.Curl

        class Curl(base):
            def __init__(self, *args, **options):
                base.__init__(self, *args, **options)
                self.setopt(module.CAINFO, bundle)

            def reset(self):
                base.reset(self)
                self.setopt(module.CAINFO, bundle)

        module.Curl = Curl

    def kafka(module):
        def pointed(base):
            class Client(base):
                def __init__(self, *args, **options):
                    settings = dict(args[0]) if args and isinstance(args[0], dict) else dict(options)
                    chosen = ("ssl.ca.location", "ssl.ca.pem", "ssl.ca.certificate.stores")
                    if not any(name in settings for name in chosen):
                        settings["ssl.ca.location"] = bundle
                    if args and isinstance(args[0], dict):
                        base.__init__(self, settings, *args[1:], **options)
                    else:
                        base.__init__(self, *args, **settings)

            Client.__name__ = base.__name__
            Client.__qualname__ = base.__qualname__
            return Client

        for name in ("Producer", "Consumer", "_AdminClientImpl"):
            setattr(module, name, pointed(getattr(module, name)))

    changes = {"certifi.core": certifi, "pycurl": pycurl, "confluent_kafka.cimpl": kafka}

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            change = changes.pop(name, None)
            if change is None:
                return None
            for finder in sys.meta_path:
                find = getattr(finder, "find_spec", None)
                spec = find(name, path, target) if find and finder is not Finder else None
                if spec is None or spec.loader is None:
                    continue
                former = spec.loader.exec_module

                def exec_module(module):
                    former(module)
                    if module.__name__ == name:
                        try:
                            change(module)
                        except Exception:
                            pass

                spec.loader.exec_module = exec_module
                return spec
            return None

    if os.path.exists(bundle):
        sys.meta_path.insert(0, Finder)
    return here


def everyhop_next(here):
    import os
    from importlib.machinery import PathFinder

    others = [folder for folder in sys.path if os.path.realpath(folder) != os.path.realpath(here)]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return None
    from importlib.util import module_from_spec

    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    return lambda: spec.loader.exec_module(module)


if sys.version_info >= (3, 5):
    try:
        following = everyhop_next(everyhop())
    except Exception:
        following = None
    if following is not None:
        following()
`;

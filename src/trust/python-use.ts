/**
 * A Python script that finds what a program uses, without running any of it: the imports of its own files, followed through its
 * folder, the packages that its requirements and lock files name, and what those need by their metadata. Prints JSON
 * (see `PythonUse`). Its argument is JSON: `starts` (files), `modules`, `code` and `folder`.
 */
export const pythonUseScript = String.raw`
import sys, os, re, json, time
from importlib import metadata
from importlib.machinery import PathFinder
given = json.loads(sys.argv[1])
limit = time.time() + 20
folder = given["folder"]
line = re.compile(
    r"^[ \t>]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^#\n]*)|import[ \t]+([^#\n;]+))"
    r"|(?:import_module|__import__)\(\s*[\"']([\w.]+)[\"']", re.M)
roots, seen, found, needed = [folder], set(), set(), set()
unfinished = False

def file_of(parts):
    for root in roots:
        base = os.path.join(root, *parts)
        for file in (base + ".py", os.path.join(base, "__init__.py")):
            if os.path.isfile(file):
                return file
    return None

def read(file):
    with open(file, "rb") as stream:
        return stream.read(2000000).decode("utf-8", "replace")

def names(text):
    cleaned = re.sub(r"#[^\n]*", "", text).strip("() \t\r\n\\")
    return [piece.split(" as ")[0].strip() for piece in cleaned.replace("\n", " ").split(",") if piece.strip()]

def follow(text, at):
    waiting = []
    for match in line.finditer(text):
        source, imported, plain, dynamic = match.groups()
        if source is not None:
            dots = len(source) - len(source.lstrip("."))
            if dots:
                base = os.path.dirname(at)
                for _ in range(dots - 1):
                    base = os.path.dirname(base)
                rest = [part for part in source.strip(".").split(".") if part]
                for name in [""] + names(imported or ""):
                    path = os.path.join(base, *(rest + ([name] if name else [])))
                    waiting += [path + ".py", os.path.join(path, "__init__.py")]
                continue
            modules = [source] + [source + "." + name for name in names(imported or "") if name.isidentifier()]
        else:
            modules = names(plain) if plain is not None else [dynamic]
        for module in modules:
            parts = module.split(".")
            if not all(part.isidentifier() for part in parts):
                continue
            own = [file_of(parts[:count]) for count in range(1, len(parts) + 1)]
            if own[0] is None and not os.path.isdir(os.path.join(folder, parts[0])):
                found.add(module)
                # An import in a "try" may fail.
                if not text[:match.start()].rstrip().endswith("try:"):
                    needed.add(parts[0])
            waiting += [file for file in own if file]
    return waiting

waiting = []
for file in given["starts"]:
    roots.append(os.path.dirname(os.path.abspath(file)))
    waiting.append(os.path.abspath(file))
for module in given["modules"]:
    file = file_of(module.split("."))
    main = file_of(module.split(".") + ["__main__"])
    if file is None:
        found.add(module)
        needed.add(module.split(".")[0])
    waiting += [one for one in (file, main) if one]
waiting += follow(given["code"], os.path.join(folder, "x"))
while waiting:
    file = waiting.pop()
    if file in seen or not os.path.isfile(file):
        continue
    if len(seen) > 3000 or time.time() > limit:
        unfinished = True
        break
    seen.add(file)
    waiting += follow(read(file), file)

def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()

distributions, owners = {}, {}
for one in metadata.distributions():
    name = one.metadata["Name"]
    if not name or normal(name) in distributions:
        continue
    distributions[normal(name)] = one
    listed = (one.read_text("top_level.txt") or "").split()
    for file in one.files or []:
        top = file.parts[0]
        if top.endswith((".dist-info", ".egg-info", ".libs", ".data")) or top in ("..", "bin"):
            continue
        if len(file.parts) > 1 or top.endswith((".py", ".so", ".pyd")):
            listed.append(top.split(".")[0])
    for top in set(listed):
        owners.setdefault(top, set()).add(normal(name))

named, lacking = set(), set()
for base in {folder} | {os.path.dirname(os.path.abspath(file)) for file in given["starts"]}:
    for file in sorted(os.listdir(base)) if os.path.isdir(base) else []:
        path = os.path.join(base, file)
        if re.match(r"requirements.*\.(txt|in)$", file):
            named.update(re.findall(r"^\s*([A-Za-z0-9][\w.-]*)", read(path), re.M))
        elif file in ("poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"):
            named.update(re.findall(r"^name = [\"']([\w.-]+)[\"']", read(path), re.M))
        elif file == "Pipfile.lock":
            named.update(json.loads(read(path)).get("default", {}))
        elif file == "pyproject.toml":
            for block in re.findall(r"^dependencies\s*=\s*\[(.*?)\]\s*$", read(path), re.M | re.S):
                named.update(re.findall(r"[\"']([A-Za-z0-9][\w.-]*)", block))

standard = getattr(sys, "stdlib_module_names", sys.builtin_module_names)
used = {normal(name) for name in named if normal(name) in distributions}
for module in found:
    top = module.split(".")[0]
    if top in owners:
        # Namespaces such as google belong to many.
        used.update(owners[top] if len(owners[top]) < 4 else {
            owner for owner in owners[top]
            if any("/".join(module.split(".")[:2]) in str(file) for file in distributions[owner].files or [])
        })
    elif top in needed and top not in standard and PathFinder.find_spec(top) is None:
        lacking.add(top)
if given["all"]:
    used = set(distributions)
waiting = list(used)
while waiting:
    for requirement in distributions[waiting.pop()].requires or []:
        if "extra ==" in requirement:
            continue
        match = re.match(r"[A-Za-z0-9][\w.-]*", requirement)
        name = normal(match.group()) if match else ""
        if name in distributions and name not in used:
            used.add(name)
            waiting.append(name)

tls = re.compile(r"^[ \t]*(?:import|from)[ \t]+(?:ssl|OpenSSL|certifi|_ssl)\b", re.M)
shared = re.compile(r"lib(?:ssl|gnutls|curl|rdkafka|pq|mbedtls|nss3|wolfssl)[-.\w]*\.(?:so|dylib)")
marks = (b"SSL_CTX_new", b"CERTIFICATE_VERIFY_FAILED", b"rustls", b"mbedtls_ssl_")

def verifies(one):
    global unfinished
    for file in one.files or []:
        if time.time() > limit:
            unfinished = True
            return None
        text = str(file)
        if shared.search(file.name):
            return text
        if "/tests/" in text or "/test/" in text:
            continue
        try:
            if file.suffix == ".py":
                if tls.search(read(str(file.locate()))):
                    return text
            elif ".so" in file.name or file.suffix == ".pyd":
                path = str(file.locate())
                if os.path.getsize(path) > 100000000:
                    continue
                with open(path, "rb") as stream:
                    content = stream.read()
                if any(mark in content for mark in marks):
                    return text
        except OSError:
            pass
    return None

modules = {}
for top, names_of in owners.items():
    for name in names_of:
        modules.setdefault(name, []).append(top)
result = []
for name in sorted(used):
    one = distributions[name]
    why = None if name in given["harmless"] else verifies(one)
    result.append({"name": one.metadata["Name"], "version": one.version, "modules": sorted(modules.get(name, [])), "verifiesIn": why})
print(json.dumps({"imports": sorted(found), "packages": result, "lacking": sorted(lacking), "unfinished": unfinished}))
`;

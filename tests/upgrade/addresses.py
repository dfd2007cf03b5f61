"""Every address by its name. Code of 5846380 imports this too (make_snapshot.py), so it uses nothing of ours."""

import re

from django.urls import get_resolver


def addresses() -> dict[str, str]:
    """Return the address of every name, a star for each parameter; those of Django's admin apart."""
    found = {name: (get_resolver(), "", name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    for namespace, (prefix, resolver) in get_resolver().namespace_dict.items():
        if namespace != "admin":
            names = [name for name in resolver.reverse_dict if isinstance(name, str)]
            found |= {f"{namespace}:{name}": (resolver, prefix, name) for name in names}
    return {
        whole: "/" + prefix + re.sub(r"%\(\w+\)s", "*", resolver.reverse_dict.getlist(name)[0][0][0][0])
        for whole, (resolver, prefix, name) in sorted(found.items())
    }

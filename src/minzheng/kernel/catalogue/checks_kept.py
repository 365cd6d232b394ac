"""What can be wrong with a register: who reads it, by which file it comes, what is done in it, what of it is posted."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import declare

__all__ = ["kept", "posted"]


def kept(domain: declare.Domain) -> Iterator[str]:
    """Its readers are the domain's own, and whoever does something in it also reads it."""
    extracts = {one.code for one in domain.extracts}
    for register in domain.registers:
        what = f"register {register.code!r}"
        for role in register.read_by:
            if role not in domain.roles:
                yield f"{what} names a role the domain does not list: {role.code!r}; add it to roles"
        if register.brought_by and register.brought_by not in extracts:
            yield f"{what} is brought in by a file the domain does not list"
        files = [register.brought_by, *(deed.by_file for deed in register.opens)]
        if len([one for one in files if one]) > 1:
            yield f"{what} is brought in by more than one file"
        if any(deed.by_file for deed in register.deeds):
            yield f"{what}: a file makes entries (opens), one in each line"
        if register.code in extracts:
            yield f"{what} bears the code of a file that is exchanged"
        codes = [deed.code for deed in (*register.opens, *register.deeds)]
        if len(set(codes)) != len(codes):
            yield f"{what} lists a deed twice"
        if any(deed.own is not None for deed in register.deeds):
            yield f"{what}: residents make entries (opens); what comes next is for those who read the register"
        for deed in (*register.opens, *register.deeds):
            if not deed.by or not set(deed.by) <= set(register.read_by):
                yield f"{what}: whoever may {deed.code!r} must be among those who read the register"


def posted(domain: declare.Domain) -> Iterator[str]:
    """What hangs on the board is of a register of the domain, and somebody of the domain answers objections."""
    registers = {one.code for one in domain.registers}
    for one in domain.publicities:
        what = f"publicity {one.code!r}"
        if one.register not in registers:
            yield f"{what} posts entries of {one.register!r}, which the domain does not keep"
        if not one.answered_by:
            yield f"{what} names nobody to answer objections"
        for role in one.answered_by:
            if role not in domain.roles:
                yield f"{what} names a role the domain does not list: {role.code!r}; add it to roles"

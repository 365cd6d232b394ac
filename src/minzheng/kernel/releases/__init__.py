"""Releases (标准与规则发布): a standard is drafted, tried on everyone, signed by two, and published from a month on."""

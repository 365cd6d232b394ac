"""What is kept of needs, providers, vouchers and orders."""

from .orders import Callback, Order, Statement
from .providers import Attendant, Need, Offer, Provider
from .vouchers import Issue, Voucher

__all__ = ["Attendant", "Callback", "Issue", "Need", "Offer", "Order", "Provider", "Statement", "Voucher"]

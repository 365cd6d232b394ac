"""Why a source has not answered, in words."""

from __future__ import annotations

__all__ = ["why"]

_REASONS = {
    "unreachable": "无法连接", "timeout": "超时", "unsigned": "签名不对", "unsealed": "文件校验不符",
    "refused": "对方拒绝", "malformed": "返回内容不合约定", "mismatched": "答非所问", "conflicting": "两次答复不一致",
    "accepted": "已受理，稍后返回", "no_number": "没有公民身份号码，无法查询",
    "not_in_letter": "授权书未写明这一来源，不查询", "withdrawn": "授权已撤回，不查询", "unanswered": "没有返回",
}  # fmt: skip


def why(code: str) -> str:
    """The reason; a status of another system stands as it came."""
    if code.startswith("status_"):
        return f"对方系统出错（{code.removeprefix('status_')}）"
    return _REASONS.get(code, code)

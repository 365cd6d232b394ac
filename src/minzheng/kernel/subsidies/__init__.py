"""Lists paid for one month to everyone protected (名单发放): price subsidies, living subsidies in an emergency."""

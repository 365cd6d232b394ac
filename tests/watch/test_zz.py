import gc
def test_nothing_is_left():
    gc.collect()

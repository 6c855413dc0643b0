"""What a page asks of the engine: a frozen record of everything that decides the answer, its link, and its run.

    Vanish & explode   lab/       VanishStudy().run("lstm"), family(...)       from_query(link), to_query
    Unroll             unroll/    walk(UnrollStudy())                         walkthrough_from_query(link)
    Inside the cell    cell/      CellStudy().run()                               study_from_query(link)
    Backward           backward/  backwards(BackwardStudy(), "tanh")          backward_from_query(link)
    The cliff          cliff/     CliffStudy().paths(), surface(...)                drop_from_query(link)

`query.py` is how every link is read and written: what a page shows can be computed again from its address.
"""

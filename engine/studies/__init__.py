"""What a page asks of the engine: a frozen record of everything that decides the answer, and its run.

    Unroll             unroll/    UnrollStudy    walk(study)
    Inside the cell    cell/      CellStudy      study.run()
    Backward           backward/  BackwardStudy  backwards(study, "tanh")
    Vanish & explode   vanish/    VanishStudy    study.run("lstm"), family(study, "lstm", scales)
    The cliff          cliff/     CliffStudy     study.paths(), surface(...)
    Train              train/     TrainStudy     run_of(study.trainings()[0]).extend(100)

Every study is a `Record`: `study.to_query()` is what a link says of it, `UnrollStudy.from_query(link)` reads one.
`inputs.py` is what several of them share.
"""

package io.understudy.bench.chapter;

import java.util.List;

/** All chapters in the report's order. */
public final class Chapters {
    public static final List<Chapter> ALL = List.of(
            new SelectChapter(),
            new UpdateChapter(),
            new KeepUpChapter(),
            new ClassificationChapter(),
            new ScaleChapter(),
            new GrowthChapter(),
            new FailoverChapter(),
            new MemoryChapter(),
            new ProfileChapter());

    private Chapters() {}
}

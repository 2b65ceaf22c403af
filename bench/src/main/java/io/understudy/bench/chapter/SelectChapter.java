package io.understudy.bench.chapter;

import io.understudy.bench.figure.Findings;
import io.understudy.bench.load.PgBench.Work;
import io.understudy.bench.report.Report.Heading;

/** Reads of one row by key. */
final class SelectChapter implements Chapter {
    @Override
    public Heading heading() {
        return new Heading(
                "select",
                "Reads",
                "`pgbench -S`, prepared protocol, scale 10, at 1 and 16 clients. Bars are for the slower of Understudy's two kinds of nodes that clients may connect to.",
                18);
    }

    @Override
    public boolean sideBySide() {
        return true;
    }

    @Override
    public void run(Lab lab, Findings findings) throws Exception {
        Race race = Race.run(lab, Work.SELECT, false, findings);
        for (int clients : new int[] {1, 16}) {
            findings.bound(race.atLeast("the bare relay", clients, race.worstRatio("bare relay", clients, false), 0.9));
            findings.bound(race.atLeast("direct", clients, race.worstRatio("direct", clients, false), 0.5));
        }
        findings.bound(race.atLeast("pgpool-II", 16, race.worstRatio("pgpool-II", 16, false), 3));
        findings.verified(lab.arena().understudy().verify());
    }
}

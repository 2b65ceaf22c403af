package io.understudy.demo.torture;

import java.util.ArrayList;
import java.util.List;

/** Deeds to choose from. Immutable. */
final class DeedDeck {
    /** Stands for begin, commit and the row that says that a transaction took place. */
    static final Deed TRANSACTION = new Deed("transaction", 0, (c, w, d) -> {});

    private static final int DDL_SHARE_PERCENT = 12;

    private final List<Deed> ordinary;
    private final List<Deed> ddl;
    private final int ddlPercent;

    private DeedDeck(List<Deed> ordinary, List<Deed> ddl, int ddlPercent) {
        this.ordinary = byWeight(ordinary);
        this.ddl = byWeight(ddl);
        this.ddlPercent = ddlPercent;
    }

    /** Of all deeds; with or without DDL among them. */
    static DeedDeck of(boolean withDdl) {
        List<Deed> ordinary = new ArrayList<>(RowDeeds.all());
        ordinary.addAll(WorldDeeds.all());
        ordinary.addAll(ProgramDeeds.all());
        ordinary.addAll(SettingDeeds.all());
        return new DeedDeck(ordinary, DdlDeeds.all(), withDdl ? DDL_SHARE_PERCENT : 0);
    }

    /** The names of all deeds. */
    static List<String> names() {
        DeedDeck all = of(true);
        List<String> names = new ArrayList<>();
        all.ordinary.forEach(d -> names.add(d.name()));
        all.ddl.forEach(d -> names.add(d.name()));
        return names.stream().distinct().sorted().toList();
    }

    Deed draw(Dice dice) {
        return dice.percent(ddlPercent) ? dice.of(ddl) : dice.of(ordinary);
    }

    private static List<Deed> byWeight(List<Deed> deeds) {
        List<Deed> repeated = new ArrayList<>();
        for (Deed deed : deeds) {
            for (int i = 0; i < deed.weight(); i++) {
                repeated.add(deed);
            }
        }
        return List.copyOf(repeated);
    }
}

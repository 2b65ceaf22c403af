package io.understudy.demo.workload;

/** The kinds of work, by the names that people give. */
public enum WorkKind {
    INSERTS(new InsertWork()),
    LISTS(new ListWork()),
    COUNTERS(new CounterWork()),
    BANK(new BankWork()),
    DDL(new ChangeWork());

    private final Workload workload;

    WorkKind(Workload workload) {
        this.workload = workload;
    }

    Workload workload() {
        return workload;
    }
}

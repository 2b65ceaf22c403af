package io.understudy.consensus;

import io.microraft.RaftEndpoint;

/** A node as MicroRaft sees it: its name. */
record Member(String name) implements RaftEndpoint {
    @Override
    public Object getId() {
        return name;
    }
}

package io.understudy.admin;

/** What this node knows of the cluster. */
@FunctionalInterface
public interface ClusterView {

    /** What is known now. Called by many threads; must not wait. */
    ClusterSnapshot snapshot();
}

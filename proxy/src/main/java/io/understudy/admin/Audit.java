package io.understudy.admin;

/** Is told what people and programs do by the administration API. For any thread; must not wait. */
@FunctionalInterface
public interface Audit {

    /** @param text who did what, from where, and what came of it; one line */
    void done(String text);
}

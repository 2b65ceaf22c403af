package io.understudy.log;

/** One net change of a row. Images are PostgreSQL's text form of the whole row (record_out) under the capture's pinned settings. */
public sealed interface RowChange {

    record Insert(String row) implements RowChange {}

    record Update(String before, String after) implements RowChange {}

    record Delete(String row) implements RowChange {}
}

package io.understudy.demo.conformity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.asterisk;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.currentTimestamp;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.jsonArrayAgg;
import static org.jooq.impl.DSL.jsonObject;
import static org.jooq.impl.DSL.key;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.listAgg;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.multiset;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.partitionBy;
import static org.jooq.impl.DSL.percentileCont;
import static org.jooq.impl.DSL.rollup;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.unnest;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.values;
import static org.jooq.impl.DSL.when;

import java.sql.Connection;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Makes jOOQ render and run what its DSL has for PostgreSQL. */
final class JooqStatements {
    private static final Table<Record> BOOK = table(name("public", "book"));
    private static final Field<Integer> ID = field(name("book", "id"), SQLDataType.INTEGER);
    private static final Field<String> TITLE = field(name("book", "title"), SQLDataType.VARCHAR);
    private static final Field<Integer> SHELF = field(name("book", "shelf"), SQLDataType.INTEGER);
    private static final Field<Integer> PLAIN_ID = field(name("id"), SQLDataType.INTEGER);
    private static final Field<String> PLAIN_TITLE = field(name("title"), SQLDataType.VARCHAR);
    private static final Field<Integer> PLAIN_SHELF = field(name("shelf"), SQLDataType.INTEGER);

    private JooqStatements() {}

    static void run(Connection connection) {
        DSLContext dsl = DSL.using(connection, SQLDialect.POSTGRES);
        dsl.createTableIfNotExists(BOOK)
                .column("id", SQLDataType.INTEGER.notNull())
                .column("title", SQLDataType.VARCHAR)
                .column("shelf", SQLDataType.INTEGER)
                .constraint(DSL.primaryKey("id"))
                .execute();
        change(dsl);
        query(dsl);
        assertThat(dsl.meta().getSchemas().stream()
                        .mapToInt(s -> s.getTables().size())
                        .sum())
                .isPositive();
        dsl.meta().filterSchemas(s -> s.getName().equals("public")).getIndexes();
        dsl.transaction(t -> t.dsl().selectOne().fetch());
    }

    private static void change(DSLContext dsl) {
        dsl.insertInto(BOOK, PLAIN_ID, PLAIN_TITLE, PLAIN_SHELF)
                .values(1, "a", 1)
                .values(2, "b", 1)
                .execute();
        dsl.insertInto(BOOK, PLAIN_ID, PLAIN_TITLE)
                .values(3, "c")
                .onConflict(PLAIN_ID)
                .doUpdate()
                .set(PLAIN_TITLE, excluded(PLAIN_TITLE))
                .where(SHELF.isNull())
                .returning(PLAIN_ID)
                .fetch();
        dsl.insertInto(BOOK).set(PLAIN_ID, 3).onDuplicateKeyIgnore().execute();
        dsl.insertInto(BOOK, PLAIN_ID)
                .select(select(max(ID).plus(1)).from(BOOK))
                .execute();
        dsl.update(BOOK)
                .set(PLAIN_TITLE, TITLE.concat("!"))
                .where(ID.eq(1))
                .returning(asterisk())
                .fetch();
        dsl.update(BOOK)
                .set(row(PLAIN_TITLE, PLAIN_SHELF), row(val("x"), val(2)))
                .where(ID.in(2, 3))
                .execute();
        Table<?> other = table(name("book")).as("o");
        dsl.update(BOOK)
                .set(PLAIN_SHELF, field(name("o", "shelf"), SQLDataType.INTEGER))
                .from(other)
                .where(ID.eq(field(name("o", "id"), SQLDataType.INTEGER)))
                .execute();
        dsl.deleteFrom(BOOK)
                .using(other)
                .where(ID.eq(field(name("o", "id"), SQLDataType.INTEGER)).and(ID.gt(100)))
                .execute();
        dsl.mergeInto(BOOK)
                .using(values(row(1, "m")).as("v", "id", "title"))
                .on(ID.eq(field(name("v", "id"), SQLDataType.INTEGER)))
                .whenMatchedThenUpdate()
                .set(PLAIN_TITLE, field(name("v", "title"), SQLDataType.VARCHAR))
                .whenNotMatchedThenInsert(PLAIN_ID)
                .values(field(name("v", "id"), SQLDataType.INTEGER))
                .execute();
        dsl.batch(
                        dsl.deleteFrom(BOOK).where(ID.eq(77)),
                        dsl.update(BOOK)
                                .set(PLAIN_SHELF, 9)
                                .where(exists(select(inline(1)).from(BOOK))))
                .execute();
    }

    private static void query(DSLContext dsl) {
        dsl.selectFrom(BOOK)
                .where(TITLE.likeIgnoreCase("%a%").or(TITLE.similarTo("a|b")))
                .orderBy(ID.desc().nullsLast())
                .limit(5)
                .offset(1)
                .fetch();
        dsl.select(SHELF, count(), sum(ID))
                .from(BOOK)
                .groupBy(rollup(SHELF))
                .having(count().gt(0))
                .fetch();
        dsl.select(
                        ID,
                        rowNumber()
                                .over(partitionBy(SHELF)
                                        .orderBy(ID)
                                        .rowsBetweenUnboundedPreceding()
                                        .andCurrentRow()))
                .from(BOOK)
                .fetch();
        dsl.selectDistinct(SHELF).on(SHELF).from(BOOK).orderBy(SHELF).fetch();
        dsl.select(ID)
                .from(BOOK)
                .union(select(inline(1)))
                .intersect(select(inline(2)))
                .exceptAll(select(inline(3)))
                .fetch();
        dsl.with("x")
                .as(select(ID.as("n")).from(BOOK))
                .select(field("n"))
                .from(table(name("x")))
                .fetch();
        dsl.withRecursive("r", "n")
                .as(select(inline(1))
                        .unionAll(select(field(name("r", "n"), SQLDataType.INTEGER)
                                        .plus(1))
                                .from(table(name("r")))
                                .where(field(name("r", "n"), SQLDataType.INTEGER)
                                        .lt(5))))
                .select()
                .from(table(name("r")))
                .fetch();
        dsl.with("w")
                .as(dsl.deleteFrom(BOOK).where(ID.eq(55)).returning(PLAIN_ID))
                .selectFrom(table(name("w")))
                .fetch();
        dsl.select(
                        ID,
                        multiset(select(field(name("o", "title")))
                                .from(table(name("book")).as("o"))))
                .from(BOOK)
                .fetch();
        dsl.select(jsonArrayAgg(jsonObject(key("id").value(ID), key("t").value(TITLE))))
                .from(BOOK)
                .fetch();
        dsl.select(
                        listAgg(TITLE, ",").withinGroupOrderBy(ID),
                        percentileCont(0.5).withinGroupOrderBy(ID))
                .from(BOOK)
                .fetch();
        dsl.select(
                        count().filterWhere(SHELF.isNotNull()),
                        currentTimestamp(),
                        when(max(ID).gt(1), "x").otherwise("y"))
                .from(BOOK)
                .fetch();
        dsl.select().from(unnest(DSL.array(val(1), val(2))).as("u", "n")).fetch();
        dsl.select().from(BOOK, lateral(select(ID.plus(1).as("m"))).as("l")).fetch();
        dsl.select()
                .from(BOOK)
                .leftJoin(table(name("book")).as("p"))
                .on(ID.eq(field(name("p", "shelf"), SQLDataType.INTEGER)))
                .where(row(ID, SHELF).in(row(1, 1), row(2, 2)))
                .fetch();
        dsl.select(
                        function("lower", SQLDataType.VARCHAR, TITLE),
                        TITLE.cast(SQLDataType.CLOB),
                        ID.cast(SQLDataType.BIGINT).bitAnd(1L))
                .from(BOOK)
                .where(ID.isDistinctFrom(SHELF).and(ID.between(1, 9)).and(ID.eq(DSL.any(1, 2, 3))))
                .fetch();
        for (var locking : List.of("update", "nokey", "share", "keyshare")) {
            var q = dsl.select(ID).from(BOOK).where(ID.eq(1));
            switch (locking) {
                case "update" -> q.forUpdate().skipLocked().fetch();
                case "nokey" -> q.forNoKeyUpdate().noWait().fetch();
                case "share" -> q.forShare().fetch();
                default -> q.forKeyShare().of(BOOK).fetch();
            }
        }
        dsl.fetchCount(dsl.selectFrom(BOOK));
        dsl.fetchExists(dsl.selectFrom(BOOK));
        dsl.nextval("book_number");
    }
}

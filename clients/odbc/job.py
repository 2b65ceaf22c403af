import os, pyodbc

for extra in ("", ";UseServerSidePrepare=0", ";UseDeclareFetch=1;Fetch=10"):
    c = pyodbc.connect("Driver={PostgreSQL Unicode};Server=%(PGHOST)s;Port=%(PGPORT)s;UID=%(PGUSER)s;PWD=%(PGPASSWORD)s;Database=%(PGDATABASE)s" % os.environ + extra)
    cur = c.cursor()
    cur.execute("drop table if exists odbc_job")
    cur.execute("create table odbc_job (id serial primary key, n int unique, t varchar(50))")
    c.commit()
    for i in range(50):
        cur.execute("insert into odbc_job (n, t) values (?, ?)", i, "t\u20ac%d" % i)
    c.commit()
    assert cur.execute("select t from odbc_job where n = ?", 7).fetchone()[0] == "t\u20ac7"
    assert len(cur.execute("select * from odbc_job order by n").fetchall()) == 50
    try:
        cur.execute("insert into odbc_job (n) values (7)")
        raise SystemExit("no error")
    except pyodbc.Error as e:
        assert e.args[0] == "23505", e
    c.rollback()
    cur.execute("delete from odbc_job")
    c.rollback()
    assert cur.execute("select count(*) from odbc_job").fetchone()[0] == 50
    assert [r.column_name for r in cur.columns(table="odbc_job")] == ["id", "n", "t"]
    assert cur.primaryKeys(table="odbc_job").fetchone().column_name == "id"
    c.commit()
    c.close()

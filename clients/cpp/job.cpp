#include <iostream>
#include <pqxx/pqxx>

static void check(bool ok, const char *what) { if (!ok) { std::cerr << "failed: " << what << std::endl; exit(1); } }

int main() {
  pqxx::connection c("");
  { pqxx::work w(c); w.exec("drop table if exists cpp_job"); w.exec("create table cpp_job (n int primary key, t text)"); w.commit(); }
  c.prepare("ins", "insert into cpp_job values ($1, $2)");
  { pqxx::work w(c); for (int i = 0; i < 50; i++) w.exec_prepared("ins", i, "t" + std::to_string(i)); w.commit(); }
  { pqxx::work w(c); pqxx::stream_to s(w, "cpp_job"); for (int i = 100; i < 1000; i++) s << std::make_tuple(i, std::string("s")); s.complete(); w.commit(); }
  { pqxx::read_transaction r(c); check(r.exec1("select count(*) from cpp_job")[0].as<int>() == 950, "count"); }
  { pqxx::nontransaction n(c); check(n.exec_params("select t from cpp_job where n = $1", 7)[0][0].as<std::string>() == "t7", "row"); }
  try { pqxx::work w(c); w.exec("insert into cpp_job values (1, null)"); check(false, "no error"); } catch (const pqxx::unique_violation &e) { check(e.sqlstate() == "23505", "state"); }
  { pqxx::work w(c); { pqxx::subtransaction s(w); s.exec("delete from cpp_job"); s.abort(); } check(w.exec1("select count(*) from cpp_job")[0].as<int>() == 950, "savepoint"); }
  { pqxx::work w(c); pqxx::stateless_cursor<pqxx::cursor_base::read_only, pqxx::cursor_base::owned> k(w, "select n from cpp_job order by n", "k", false); check(k.retrieve(0, 100).size() == 100, "cursor"); }
  { pqxx::work w(c); pqxx::pipeline p(w); auto a = p.insert("select 1"), b = p.insert("select 2"); p.complete(); check(p.retrieve(b)[0][0].as<int>() == 2 && p.retrieve(a)[0][0].as<int>() == 1, "pipeline"); }
}

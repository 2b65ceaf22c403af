<?php
function check($ok, $what) { if (!$ok) { fwrite(STDERR, "failed: $what\n"); exit(1); } }
$e = getenv();
$c = pg_connect("host={$e['PGHOST']} port={$e['PGPORT']} user={$e['PGUSER']} password={$e['PGPASSWORD']} dbname={$e['PGDATABASE']}");
pg_query($c, 'drop table if exists php_pg; create table php_pg (id serial primary key, n int unique, t text)');
$r = pg_query_params($c, 'insert into php_pg (n, t) values ($1, $2) returning id', [1, "é"]);
check(pg_fetch_result($r, 0, 0) === '1', 'returning');
pg_prepare($c, 'p', 'select t from php_pg where n = $1');
for ($i = 0; $i < 10; $i++) check(pg_fetch_result(pg_execute($c, 'p', [1]), 0, 0) === 'é', 'prepared');
pg_copy_from($c, 'php_pg (n, t)', array_map(fn($i) => "$i\tx\n", range(10, 500)));
check(count(pg_copy_to($c, 'php_pg')) === 492, 'copy');
check(pg_insert($c, 'php_pg', ['n' => 1000, 't' => 'i']) !== false, 'pg_insert with metadata');
check(@pg_query($c, 'insert into php_pg (n) values (1)') === false && str_contains(pg_last_error($c), 'php_pg_n_key'), 'error');
pg_send_query($c, 'select 1; select 2');
$n = 0; while (pg_get_result($c)) $n++;
check($n === 2, 'async');
pg_query($c, 'listen php; notify php, \'x\'');
for ($i = 0; $i < 20 && !($note = pg_get_notify($c)); $i++) usleep(50000);
check($note && $note['payload'] === 'x', 'notify');
foreach ([true, false] as $emulate) {
  $p = new PDO("pgsql:host={$e['PGHOST']};port={$e['PGPORT']};dbname={$e['PGDATABASE']}", $e['PGUSER'], $e['PGPASSWORD'], [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_EMULATE_PREPARES => $emulate]);
  $p->exec('drop table if exists php_pdo');
  $p->exec('create table php_pdo (id serial primary key, n int unique, b bytea, f bool)');
  $p->beginTransaction();
  $s = $p->prepare('insert into php_pdo (n, b, f) values (:n, :b, :f)');
  for ($i = 0; $i < 50; $i++) { $s->bindValue('n', $i, PDO::PARAM_INT); $s->bindValue('b', "\0\xff", PDO::PARAM_LOB); $s->bindValue('f', $i % 2 == 0, PDO::PARAM_BOOL); $s->execute(); }
  check($p->lastInsertId('php_pdo_id_seq') === '50', 'lastInsertId');
  $p->commit();
  try { $p->exec('insert into php_pdo (n) values (1)'); check(false, 'unique'); } catch (PDOException $x) { check($x->getCode() === '23505', $x->getMessage()); }
  $q = $p->query('select n, b, f from php_pdo where n = 4')->fetch(PDO::FETCH_ASSOC);
  check($q['n'] === 4 && stream_get_contents($q['b']) === "\0\xff" && $q['f'] === true, 'row');
  $p->beginTransaction(); $p->exec('delete from php_pdo'); $p->rollBack();
  check($p->query('select count(*) from php_pdo')->fetchColumn() === 50, 'rollback');
  $st = $p->query('select n from php_pdo'); check($st->getColumnMeta(0)['native_type'] === 'int4', 'meta');
}

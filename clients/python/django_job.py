import os
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"], "USER": os.environ["PGUSER"],
                           "PASSWORD": os.environ["PGPASSWORD"], "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"]}})
import django
django.setup()
from django.core.management import call_command
from django.contrib.auth.models import User, Group
from django.db import transaction, IntegrityError, connection

with connection.cursor() as c:
    c.execute("drop table if exists auth_user_groups, auth_user_user_permissions, auth_group_permissions, auth_permission, auth_user, auth_group, django_content_type, django_migrations cascade")
call_command("migrate", verbosity=0)
with transaction.atomic():
    g = Group.objects.create(name="g")
    for i in range(20):
        User.objects.create(username="u%d" % i).groups.add(g)
try:
    with transaction.atomic():
        User.objects.create(username="v")
        User.objects.create(username="u1")
    raise SystemExit("no error")
except IntegrityError:
    pass
assert User.objects.count() == 20 and g.user_set.filter(username__startswith="u1").count() == 11
assert sum(1 for _ in User.objects.iterator(chunk_size=5)) == 20
with transaction.atomic():
    u = User.objects.select_for_update().get(username="u2")
    u.first_name = "x"
    u.save()
assert User.objects.filter(first_name="x").exists()
connection.introspection.get_table_description(connection.cursor(), "auth_user")

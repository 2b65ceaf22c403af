import os
from sqlalchemy import create_engine, MetaData, Table, Column, Integer, String, ForeignKey, inspect, select, func
from sqlalchemy.orm import declarative_base, relationship, Session

url = "postgresql+psycopg2://%(PGUSER)s:%(PGPASSWORD)s@%(PGHOST)s:%(PGPORT)s/%(PGDATABASE)s" % os.environ
engine = create_engine(url, pool_size=5, pool_pre_ping=True)
Base = declarative_base()

class Author(Base):
    __tablename__ = "sa_author"
    id = Column(Integer, primary_key=True)
    name = Column(String, unique=True)
    books = relationship("Book", back_populates="author", cascade="all, delete-orphan")

class Book(Base):
    __tablename__ = "sa_book"
    id = Column(Integer, primary_key=True)
    title = Column(String)
    author_id = Column(ForeignKey("sa_author.id"))
    author = relationship("Author", back_populates="books")

Base.metadata.drop_all(engine)
Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add_all([Author(name="a%d" % i, books=[Book(title="b%d-%d" % (i, k)) for k in range(3)]) for i in range(20)])
    s.commit()
with Session(engine) as s:
    assert s.execute(select(func.count(Book.id))).scalar() == 60
    a = s.execute(select(Author).where(Author.name == "a3")).scalar_one()
    assert len(a.books) == 3
    s.delete(a)
    s.commit()
with Session(engine) as s:
    assert s.execute(select(func.count(Book.id))).scalar() == 57
i = inspect(engine)
assert {c["name"] for c in i.get_columns("sa_book")} == {"id", "title", "author_id"}
assert i.get_foreign_keys("sa_book")[0]["referred_table"] == "sa_author"
assert i.get_pk_constraint("sa_author")["constrained_columns"] == ["id"]
MetaData().reflect(engine)

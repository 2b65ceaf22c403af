-- The order entry of the demo.

-- customers
CREATE TABLE customer (
    id     integer PRIMARY KEY,
    name   text NOT NULL,
    credit numeric(12, 2) NOT NULL
);

-- products
CREATE TABLE product (
    id    integer PRIMARY KEY,
    name  text NOT NULL,
    price numeric(10, 2) NOT NULL,
    stock integer NOT NULL CHECK (stock >= 0)
);

-- orders, with a serial key, the time and a random number
CREATE TABLE orders (
    id       bigserial PRIMARY KEY,
    token    uuid NOT NULL UNIQUE,
    customer integer NOT NULL REFERENCES customer,
    placed   timestamptz NOT NULL DEFAULT now(),
    draw     double precision NOT NULL DEFAULT random(),
    state    text NOT NULL DEFAULT 'open',
    shipped  timestamptz
);

-- lines of orders
CREATE TABLE order_line (
    order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
    line     integer NOT NULL,
    product  integer NOT NULL REFERENCES product,
    quantity integer NOT NULL,
    price    numeric(10, 2) NOT NULL,
    PRIMARY KEY (order_id, line)
);

-- what could not be delivered at once
CREATE TABLE shortage (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product integer NOT NULL,
    wanted  integer NOT NULL,
    noticed timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- audit trail
CREATE TABLE audit (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL,
    what     text NOT NULL,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    nonce    uuid NOT NULL DEFAULT gen_random_uuid()
);

-- tax; only readers look at it, so that each server's statistics say how many readers it served
CREATE TABLE tax (
    id   integer PRIMARY KEY,
    rate numeric(4, 3) NOT NULL
);

-- visits
CREATE TABLE visit (
    id       uuid PRIMARY KEY,
    customer integer NOT NULL,
    page     text NOT NULL,
    at       timestamptz NOT NULL
);

-- a trigger that writes
CREATE FUNCTION note_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit (order_id, what) VALUES (NEW.id, TG_OP || ' ' || NEW.state);
    RETURN NULL;
END $$;

-- on every order
CREATE TRIGGER note_order AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note_order();

-- a function with an exception block
CREATE FUNCTION take_from_stock(wanted_product integer, wanted integer) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE product SET stock = stock - wanted WHERE id = wanted_product;
    RETURN true;
EXCEPTION WHEN check_violation THEN
    INSERT INTO shortage (product, wanted) VALUES (wanted_product, wanted);
    RETURN false;
END $$;

-- one rate
INSERT INTO tax VALUES (1, 0.190);

-- a hundred customers
INSERT INTO customer SELECT i, 'customer ' || i, 1000 FROM generate_series(1, 100) i;

-- forty products
INSERT INTO product SELECT i, 'product ' || i, round((random() * 90 + 10)::numeric, 2), 100 FROM generate_series(1, 40) i;

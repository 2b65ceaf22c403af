package io.understudy.classification;

/** What a token is to PostgreSQL's scanner. White space and comments are no tokens. */
enum TokenKind {
    /** An unquoted identifier or keyword. */
    WORD,
    /** "…". */
    QUOTED,
    /** U&"…". */
    UNICODE_QUOTED,
    /** '…', E'…', N'…', U&'…' (with all its continuation lines), $tag$…$tag$. */
    STRING,
    /** B'…' and X'…'. */
    BITS,
    INTEGER,
    /** With a fraction or exponent. */
    DECIMAL,
    /** $1. */
    PARAMETER,
    OPERATOR,
    /** One of , ( ) [ ] . ; : and the longer :: .. := =>. */
    PUNCTUATION,
    /** A character no token can begin with. */
    OTHER,
    /** A literal, quoted identifier or comment that the input ends in. */
    UNTERMINATED;

    boolean isLiteral() {
        return this == STRING || this == BITS || this == INTEGER || this == DECIMAL;
    }
}

// Asks again and again while a page is shown and its answer may be new.

export class Poll {
  #ask;
  #period;
  #failed;
  #timer = 0;
  #shown = false;
  #turn = 0;

  /**
   * @param ask asynchronous; what it throws goes to failed(error)
   * @param period between an answer and the next question, in milliseconds
   */
  constructor(ask, period, failed) {
    this.#ask = ask;
    this.#period = period;
    this.#failed = failed;
  }

  show(visible) {
    this.#shown = visible;
    clearTimeout(this.#timer);
    if (visible) {
      this.now();
    }
  }

  async now() {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    try {
      await this.#ask();
    } catch (error) {
      this.#failed(error);
    }
    if (this.#shown && turn === this.#turn) {
      this.#timer = setTimeout(() => this.now(), this.#period);
    }
  }
}

/** Who may go on about what a panel shows: the request that began last, until something else is shown there. */
export class Turns {
  #turn = 0;

  /** Something else is shown. @returns what lets its own messages pass, and no others' */
  take<Message>(post: (message: Message) => void): (message: Message) => void {
    const turn = ++this.#turn;
    return message => {
      if (turn === this.#turn) post(message);
    };
  }
}

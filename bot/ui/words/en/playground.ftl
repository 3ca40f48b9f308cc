greeting =
    Hi, I am **Riko** and I recommend anime. This is a simulated Discord on your own computer: type in the box below, nothing leaves this machine.
    1. `/{ command-rate }` { $count } titles you know: pick each by its name, or type several at once, such as `Monster 9, Naruto 6`.
    2. `/{ command-recommend }` gives you two lists; the buttons below them teach me more.
    3. `/{ command-search }` looks a title up, `/{ command-top }` shows what people love, and `/` alone lists all I can do.
    4. Or talk to me: `@Riko something like Mushishi but funny`

greeting =
    Hi, I am **Riko** and I recommend anime. This is a simulated Discord on your own computer: type in the box below, nothing leaves this machine.
    1. `/{ command-rate }` { $count } titles you know: start typing a name and pick it.
    2. `/{ command-recommend }` gives you two lists; the buttons below them teach me more.
    3. `/{ command-search }` looks a title up, `/{ command-profile } { command-profile-set }` tells me your age and gender if you like.

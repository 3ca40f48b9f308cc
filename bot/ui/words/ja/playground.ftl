greeting =
    こんにちは、アニメをおすすめする **Riko** です。これはあなたのコンピューターの中だけで動く、仮の Discord です。下の欄に入力してください。外には何も送られません。
    1. `/{ command-rate }`：知っている作品を{ $count }本評価してください。名前を入力し始めると候補が出ます。
    2. `/{ command-recommend }`：リストをふたつお見せします。下のボタンで、もっと好みを教えてください。
    3. `/{ command-search }` で作品を調べられます。`/{ command-profile } { command-profile-set }` で年齢と性別を教えることもできます（任意）。

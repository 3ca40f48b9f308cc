greeting =
    こんにちは、アニメをおすすめする **Riko** です。これはあなたのコンピューターの中だけで動く、仮の Discord です。下の欄に入力してください。外には何も送られません。
    1. `/{ command-rate }`：知っている作品を{ $count }本評価してください。名前から選ぶか、`Monster 9, Naruto 6` のようにまとめて入力できます。
    2. `/{ command-recommend }`：リストをふたつお見せします。下のボタンで、もっと好みを教えてください。
    3. `/{ command-search }` で作品を調べられます。`/{ command-top }` では人気の作品が見られます。`/` だけを入力すると、できることがすべて出ます。
    4. 話しかけることもできます：`@Riko something like Mushishi but funny`

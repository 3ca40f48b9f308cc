top-help = みんなに好かれているアニメを、全体またはジャンルごとに表示します
top-title = みんなに好かれているアニメ
top-title-genre = みんなに好かれている「{ $genre }」
top-votes = { $count }票
top-own = ✓ あなた：{ $score }点
top-empty = このジャンルでここに出せる作品はありません。ほかのジャンルをお試しください。
top-choose = 知っている作品はどれですか？

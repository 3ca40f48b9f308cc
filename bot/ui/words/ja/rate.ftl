button-rate = 評価する
button-undo = 取り消す
rated-new = { $title }：**{ $score }**点で保存しました。
rated-same = { $title }は**{ $score }**点のままです。
rated-again = { $title }：{ $previous } → **{ $score }**点で保存しました。
rated-count = 評価した作品は{ $count }本です。
rated-learned = `/{ command-recommend }` に反映されました。
rated-more = あと{ $count }本評価すると `/{ command-recommend }` が良くなります。
rated-unknown-to-network = Riko はこの作品をまだ学習していません。`/{ command-recommend }` では似た作品をもとにします。
undone = 取り消しました：{ $titles } は元のとおりです。
undone-unnamed = 取り消しました。
undo-kept = その後に変更されたため、そのままにしました：{ $titles }

rate-help = アニメを評価します。「Monster 9, Naruto 6」のようにまとめて書くこともできます
rate-title-help = 作品名、または点数つきで複数：Monster 9, Naruto 6
rate-option-score = 点数
rate-option-score-help = 1（最悪）から10（最高傑作）まで。入力しなければメニューから選べます
rate-score-twice = 点数が二重になっているか、作品が複数あります。作品をひとつだけ書いて `{ rate-option-score }` を入力するか、それぞれの作品の後ろに点数を書いて `{ rate-option-score }` は入力しないでください。
line-no-score = { $part }の後に点数がありません。「= 8」のように、後ろに点数を書いてください。
line-bad-score = { $part }が読み取れません。点数は1から10までの整数です。
line-not-found = { $part }というアニメが見つかりません。名前の一部を入力して、候補から選んでください。
line-not-found-but = { $part }というアニメが見つかりません。もしかして：{ $names }
line-too-many = 一度に評価できるのは{ $most }本までです。{ $part }から先は、分けて送ってください。
profile-question = 一度だけお聞きします。年齢と性別を教えていただくと、予想が少し良くなります。よろしければ `/{ command-profile } { command-profile-set }` でどうぞ。答えなくてもまったくかまいません。

unrate-help = 評価を取り消します
unrated = { $title }：{ $score }点を取り消しました。
unrated-nothing = { $title }はまだ評価していないので、取り消すものがありません。

# コードの表示。

code-left = { $seconds } 秒
code-then = 次は { $code }
code-counter = { $counter } 回目
code-head-name = 名前
code-head-account = アカウント
code-head-code = コード
code-head-left = 残り
code-head-next = 次のコード
code-copied = { $name } のコードを、{ $seconds } 秒間クリップボードに置きます。
code-watch-end = 終わるには q か Ctrl-C を押します

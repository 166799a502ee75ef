# 実演。
demo-begin = すべて { $folder } の中で行います。その外には何も触れません。
demo-took = { $seconds } 秒
demo-end = これはすべて「kagifuda init」から始められます。フォルダーはもう消しました。残すには「kagifuda demo --keep」。
demo-kept =
    保管庫は開いたままです。次のコマンドで見られます。
        kagifuda --vault { $vault } code
        kagifuda --vault { $vault } history
    終わったら保管庫を閉じて、フォルダーを削除してください。
        kagifuda --vault { $vault } lock

demo-create = 新しい保管庫
demo-create-private = ファイルを読めるのは本人だけ（0600）。パスフレーズか復元の言葉がなければ誰にも開けられません。
demo-create-words = 復元の言葉を{ $count }語作りました。パスフレーズを忘れても、この言葉で開けられます。
demo-create-wrong = 間違ったパスフレーズでは開きません。

demo-import = 別のアプリのトークン（暗号化されたAegisのエクスポート）
demo-import-password = そのアプリのパスワードがなければ、そう伝えて何も変えません。
demo-import-all = パスワードを入れると、{ $count }件のトークンをすべて取り込みました。
demo-import-twice = 同じファイルをもう一度取り込んでも、何も増えません。

demo-codes = コードの表示（オフライン）
demo-codes-rfc6238 = { $count }個のコードがRFC 6238付録Bと一致しました（SHA-1、SHA-256、SHA-512）。
demo-codes-rfc4226 = { $count }個のコードがRFC 4226付録Dと一致しました。カウンターは、コードを見せる前に毎回ディスクに保存しています。
demo-codes-oathtool = oathtoolとも{ $count }個のコードが一致しました。
demo-codes-no-oathtool = oathtoolが入っていないので、比べていません。

demo-power = 書き込みの最中に電源が切れる
demo-power-kept = 書き込み中のプロセスを予告なしに{ $cuts }回止めました（うち{ $torn }回は書き込みのさなか）。完了を伝えた{ $count }件の書き込みは、すべて残っています。
demo-power-verified = { $records }件の記録の封、署名、つながりはすべて正しいままです。

demo-merge = 2台目のPC
demo-merge-both = 2台のPCで同じトークンを編集し、統合すると、どちらの変更も残りました。
demo-merge-removed = 2台目で削除したものは、こちらでも削除されています。
demo-merge-undone = 取り消すと、このPCで最後に変えたものが元に戻ります。

demo-lost = PCをなくす
demo-lost-restored = 新しいPCでも、バックアップのファイルと復元の言葉があれば元どおりです。
demo-lost-counter = カウンターは続きから始まり、同じコードを二度出しません。
demo-lost-codes = コードは前と同じです。

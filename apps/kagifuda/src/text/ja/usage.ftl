# 説明のページ、読み取れなかったコマンドラインについての文、終了コード。

usage-heading-usage = 使い方
usage-heading-commands = コマンド
usage-heading-arguments = 引数
usage-heading-flags = オプション
usage-heading-global = すべてのコマンドに共通のオプション
usage-heading-examples = 例
usage-heading-exit = 終了コード
usage-flags = オプション
usage-see-global = 共通のオプションと終了コードは「kagifuda --help」にあります。
usage-one-of = { $text }次のどれか: { $choices }
usage-from-to = { $text }{ $from } から { $to } まで。
usage-more-help = 「{ $command } --help」をご覧ください。

usage-value-missing = { $arg } には値が必要です。
usage-value-unknown = { $arg } に「{ $value }」は使えません。次のどれかです: { $choices }
usage-value-out-of-range = { $arg } には { $from } から { $to } までの数を指定します。「{ $value }」は使えません。
usage-value-too-many = { $arg } の値が多すぎます。
usage-argument-unknown = 「{ $command }」に「{ $arg }」という引数はありません。
usage-argument-missing = 足りないものがあります: { $arg }
usage-argument-twice = { $arg } が2回指定されています。
usage-argument-conflict = { $arg } と { $other } は一緒に使えません。
usage-command-unknown = 「{ $command }」に「{ $word }」というコマンドはありません。
usage-command-missing = 「{ $command }」には、続くコマンドが必要です。
usage-not-text = UTF-8 の文字列ではない引数があります。
usage-not-understood = コマンドラインを読み取れませんでした。
usage-did-you-mean = 「{ $guess }」のことでしょうか。
usage-both = { $guess }
    { $more }

usage-exit-ok = できました。
usage-exit-failure = 次のどれでもない理由で、できませんでした。
usage-exit-usage = コマンドラインを読み取れませんでした。
usage-exit-not-found = 当てはまるものがありません。
usage-exit-locked = 保管庫が閉じていて、たずねる相手もいませんでした。
usage-exit-wrong-secret = パスフレーズ、復元の言葉、またはパスワードが違います。
usage-exit-refused = 安全のため、行いませんでした。
usage-exit-damaged = ファイルが壊れているか、読めません。
usage-exit-rolled-back = 保管庫が、この PC が最後に見たものより古くなっています。
usage-exit-ambiguous = 1つだけ必要なところに、いくつも当てはまります。
usage-exit-declined = 「いいえ」と答えたか、途中で止めました。

usage-man-manual = 鍵札マニュアル
usage-man-name = 名前
usage-man-synopsis = 書式
usage-man-description = 説明
usage-man-options = オプション
usage-man-subcommands = コマンド
usage-man-extra = 備考
usage-man-values = 次のどれか:
usage-man-version = バージョン

usage-reference-title = コマンド
usage-reference-intro = プログラムの説明と同じ表から作られています。秘密は引数や環境変数からは受け取りません。プログラムがたずねるか、ファイル記述子から読みます。
